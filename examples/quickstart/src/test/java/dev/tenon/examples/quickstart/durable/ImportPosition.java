package dev.tenon.examples.quickstart.durable;

import jakarta.validation.constraints.PositiveOrZero;

/** How far an import has got. */
public record ImportPosition(@PositiveOrZero long line) {}
