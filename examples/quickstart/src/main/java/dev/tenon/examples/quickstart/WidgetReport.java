package dev.tenon.examples.quickstart;

import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.time.Instant;

/** What came of a batch. */
public record WidgetReport(@Positive int made, BigDecimal value, Instant finishedAt) {}
