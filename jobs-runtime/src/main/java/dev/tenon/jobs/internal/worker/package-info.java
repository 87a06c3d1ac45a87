/** The worker: it claims jobs, runs their handlers, and records what they report. */
@NullMarked
package dev.tenon.jobs.internal.worker;

import org.jspecify.annotations.NullMarked;
