/** What background threads share: the loop that they are, and what they may write into the log. */
@NullMarked
package dev.tenon.jobs.background;

import org.jspecify.annotations.NullMarked;
