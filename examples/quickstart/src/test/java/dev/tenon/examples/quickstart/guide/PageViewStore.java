package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import java.time.Instant;

/** A view of a page that is to be counted. */
@JobType("page.view.store")
public record PageViewStore(String site, String page, Instant viewedAt) {}
