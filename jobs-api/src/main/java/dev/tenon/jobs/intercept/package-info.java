/**
 * The API for code that runs around every submission and every handler: {@link
 * dev.tenon.jobs.intercept.SubmitInterceptor} and {@link
 * dev.tenon.jobs.intercept.ExecutionInterceptor}.
 */
@NullMarked
package dev.tenon.jobs.intercept;

import org.jspecify.annotations.NullMarked;
