/**
 * The stored form of values: payloads and results as JSON, bounded, masked, and encrypted where
 * keys are set. It calls the API and the JSON library, and knows neither tables nor jOOQ; {@code
 * sql} turns values into columns.
 */
@NullMarked
package dev.tenon.jobs.internal.values;

import org.jspecify.annotations.NullMarked;
