/** The check of rollouts: what a build declares, compared with what runs and waits. */
@NullMarked
package dev.tenon.jobs.internal.rollout;

import org.jspecify.annotations.NullMarked;
