/**
 * The worker: it feeds itself with claimed jobs, runs their handlers, and records what they report.
 */
@NullMarked
package dev.tenon.jobs.worker;

import org.jspecify.annotations.NullMarked;
