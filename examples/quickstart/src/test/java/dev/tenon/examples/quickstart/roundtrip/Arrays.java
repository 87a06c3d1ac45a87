package dev.tenon.examples.quickstart.roundtrip;

import dev.tenon.jobs.annotation.JobType;

/** Arrays, apart from the rest since records compare them by identity. */
@JobType(
    value = "test.round-trip-arrays",
    result = Arrays.class,
    maxAttempts = 1,
    retryDelays = {})
@SuppressWarnings("ArrayRecordComponent")
public record Arrays(
    byte[] bytes, int[] ints, double[] doubles, String[] strings, Everything.Nested[] records) {}
