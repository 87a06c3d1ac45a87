/** The part of the Quarkus extension that runs when an application is built. */
@NullMarked
package dev.tenon.jobs.quarkus.deployment;

import org.jspecify.annotations.NullMarked;
