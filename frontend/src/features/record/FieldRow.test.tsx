import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Evidence, Place } from "@/api/records";
import { show } from "@/testing/render";
import { FieldRow } from "./FieldRow";

const quoted: Evidence = {
  found: true,
  quote: "near Indio",
  turns: [3],
  start_ms: 4000,
  end_ms: 5000,
  proven_by: "second_reading",
} as Evidence;

function row(props: Partial<Parameters<typeof FieldRow>[0]> = {}) {
  return (
    <ul>
      <FieldRow
        label="Current location"
        value="I-10 near Indio"
        schema={null}
        zone="UTC"
        evidence={quoted}
        notSaid={undefined}
        problem={undefined}
        isVouchedFor={false}
        isLit={false}
        isChanged={false}
        isEdited={false}
        onShow={() => undefined}
        onHover={() => undefined}
        onEdit={() => undefined}
        onChange={() => undefined}
        {...props}
      />
    </ul>
  );
}

it("plays the words that prove a value when it is pressed", async () => {
  const shown: Place[] = [];
  const { person } = await show(row({ onShow: (place) => shown.push(place) }));

  await person.click(screen.getByRole("button", { name: /Current location.*near Indio/ }));

  expect(shown).toEqual([quoted]);
});

it("leads nowhere when the quote is not in the transcript", async () => {
  await show(row({ evidence: { ...quoted, found: false } }));

  const value = screen.getByRole("button", { name: /I-10 near Indio/ });

  expect(value.hasAttribute("disabled")).toBe(true);
});

it("says what is wrong with a value, and what to do about it", async () => {
  const problem = { code: "invalid" as const, field: "current_location", message: "Too long." };
  await show(row({ problem }));

  expect(screen.getByText("Too long.")).toBeTruthy();
  expect(screen.getByText("Enter a value that fits.")).toBeTruthy();
});

it("does not show the old quote as the proof of a value that was changed", async () => {
  await show(row({ isChanged: true }));

  expect(screen.queryByText("near Indio")).toBeNull();
});

it("does not show an invented quote as the proof of a value that a person approved", async () => {
  await show(row({ evidence: { ...quoted, found: false }, isVouchedFor: true }));

  expect(screen.queryByText(/near Indio/, { selector: "span span" })).toBeNull();
  expect(screen.getByText("Approved by a person, without a quote in the transcript")).toBeTruthy();
});

it("says of a quote that it is not in the transcript while nobody has looked at it", async () => {
  await show(row({ evidence: { ...quoted, found: false } }));

  expect(screen.getByText("(not in the transcript)")).toBeTruthy();
});
