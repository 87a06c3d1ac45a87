package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;
import java.util.UUID;

/** A part whose entry in the search index is to be written again. */
@JobType(
    value = "part.reindex",
    unique =
        @Unique(
            value = {"partId", "language"},
            scope = UniqueScope.UNTIL_STARTED))
public record PartReindex(UUID partId, String language) {}
