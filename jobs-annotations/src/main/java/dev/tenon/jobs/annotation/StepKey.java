package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the parameter of a {@link Step} that distinguishes the rounds of a loop. A record is kept
 * for each value, so the step runs once for each:
 *
 * <pre>{@code
 * for (Line line : order.lines()) {
 *   steps.pack(line.id(), line);
 * }
 *
 * @Step
 * void pack(@StepKey UUID lineId, Line line) { … }
 * }</pre>
 *
 * <p>The parameter is a string, a whole number, a {@link java.util.UUID} or an enum. A value must
 * identify the round in every attempt: use an id from the data, not the position in a list that may
 * change. As a string it has at most 200 characters.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.CLASS)
public @interface StepKey {}
