import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startOfDay } from "@/api/days";
import { useToday } from "./useNow";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Day() {
  return <p>{useToday()}</p>;
}

it("is another day from midnight on, on a page that stays open", () => {
  vi.setSystemTime(new Date(2126, 10, 21, 23, 59, 58));
  render(<Day />);
  expect(screen.getByText(startOfDay(new Date(2126, 10, 21)))).toBeTruthy();

  act(() => {
    vi.advanceTimersByTime(3000);
  });

  expect(screen.getByText(startOfDay(new Date(2126, 10, 22)))).toBeTruthy();
});
