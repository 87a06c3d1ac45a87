package dev.tenon.examples.plm.handlers;

import jakarta.validation.constraints.PositiveOrZero;

/**
 * The place that an import has reached.
 *
 * @param line the next line, from 0
 */
record ImportPosition(@PositiveOrZero int line) {}
