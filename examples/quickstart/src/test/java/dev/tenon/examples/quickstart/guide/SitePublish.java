package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;

/** A site to publish once nobody has edited it for a while. */
@JobType(
    value = "site.publish",
    unique = @Unique(value = "site", onDuplicate = DuplicatePolicy.REPLACE_TIME))
public record SitePublish(String site, String lastEditor) {}
