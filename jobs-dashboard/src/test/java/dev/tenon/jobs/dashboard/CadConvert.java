package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.JobType;

/** Converts a design. It fails as long as the deployment is bad. */
@JobType(
    value = "cad.convert",
    label = "Conversion of designs",
    result = CadReport.class,
    maxAttempts = 2,
    retryDelays = {"100ms"})
record CadConvert(String file, Options options) {

  /** How to convert. */
  record Options(String format, double tolerance, boolean withPreview) {}
}
