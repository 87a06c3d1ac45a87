/**
 * Tenon in Quarkus: the settings, and the beans that an application may replace. The extension
 * makes everything else.
 */
@NullMarked
package dev.tenon.jobs.quarkus;

import org.jspecify.annotations.NullMarked;
