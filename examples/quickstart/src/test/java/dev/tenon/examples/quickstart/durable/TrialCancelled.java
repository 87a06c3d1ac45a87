package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.Signal;

/** The customer leaves. */
@Signal("trial.cancelled")
public record TrialCancelled(String reason) implements TrialDecision {}
