/** The steps before a job is recorded: it is checked, written as JSON, and made a row. */
@NullMarked
package dev.tenon.jobs.internal.submit;

import org.jspecify.annotations.NullMarked;
