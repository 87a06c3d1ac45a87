/** Recording: what attempts report and how they ended, gathered and written in batches. */
@NullMarked
package dev.tenon.jobs.internal.recording;

import org.jspecify.annotations.NullMarked;
