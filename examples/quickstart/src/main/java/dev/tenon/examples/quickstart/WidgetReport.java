package dev.tenon.examples.quickstart;

import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.time.Instant;

/** The result of a batch. */
public record WidgetReport(@Positive int made, BigDecimal value, Instant finishedAt) {}
