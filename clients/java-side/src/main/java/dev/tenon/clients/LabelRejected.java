package dev.tenon.clients;

import dev.tenon.jobs.annotation.Signal;

/**
 * A person has rejected a label.
 *
 * @param reason what is wrong with it
 */
@Signal("label.rejected")
public record LabelRejected(String reason) {}
