/** What background threads share: the loop that they run, and the rules for what they may log. */
@NullMarked
package dev.tenon.jobs.background;

import org.jspecify.annotations.NullMarked;
