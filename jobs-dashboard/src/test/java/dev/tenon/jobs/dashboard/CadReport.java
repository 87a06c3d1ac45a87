package dev.tenon.jobs.dashboard;

/** What came of a conversion. */
record CadReport(String url, int triangles) {}
