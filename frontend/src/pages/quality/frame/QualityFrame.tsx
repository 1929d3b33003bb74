import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./Frame.module.css";

/** The parts of quality, above each of its pages. */
export function QualityFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <nav aria-label="Quality" className={classes.places}>
        <Link
          to="/quality"
          className={classes.place}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          Reports
        </Link>
        <Link
          to="/quality/review"
          className={classes.place}
          activeOptions={{ includeSearch: false }}
        >
          Review
        </Link>
        <Link to="/quality/policies" className={classes.place}>
          Policies
        </Link>
        <Link to="/quality/calibrations" className={classes.place}>
          Calibration
        </Link>
      </nav>
      {children}
    </>
  );
}
