package dev.tenon.examples.quickstart.durable;

/** The end of a trial. */
sealed interface TrialDecision permits TrialConverted, TrialCancelled {}
