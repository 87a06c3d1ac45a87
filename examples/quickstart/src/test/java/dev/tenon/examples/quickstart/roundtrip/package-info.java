/** A job type whose payload and result hold every type that the README lists. */
@JobModule("RoundTripJobs")
package dev.tenon.examples.quickstart.roundtrip;

import dev.tenon.jobs.annotation.JobModule;
