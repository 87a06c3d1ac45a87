package dev.tenon.jobs.quarkus.deployment.labels;

import dev.tenon.jobs.annotation.JobType;

/** Prints a label. */
@JobType(value = "label.print", result = String.class)
public record LabelPrint(String text) {}
