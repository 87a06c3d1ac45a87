/** The command {@code tenon}, which looks at jobs and acts on them from a terminal. */
@NullMarked
package dev.tenon.jobs.cli;

import org.jspecify.annotations.NullMarked;
