/**
 * Tenon in applications of Micronaut: the beans, and {@link
 * dev.tenon.jobs.micronaut.TenonProperties}, the settings. {@code tenon.enabled=false} switches all
 * of it off.
 */
@Configuration
@Requires(property = "tenon.enabled", defaultValue = StringUtils.TRUE, pattern = Switch.NOT_OFF)
@NullMarked
package dev.tenon.jobs.micronaut;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.util.StringUtils;
import org.jspecify.annotations.NullMarked;
