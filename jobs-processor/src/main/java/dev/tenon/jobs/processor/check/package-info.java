/**
 * The rules, one class per group; each fault has a {@link
 * dev.tenon.jobs.processor.check.Diagnostic}.
 */
@NullMarked
package dev.tenon.jobs.processor.check;

import org.jspecify.annotations.NullMarked;
