package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.Signal;

/** The customer stays. */
@Signal("trial.converted")
public record TrialConverted(String plan) implements TrialDecision {}
