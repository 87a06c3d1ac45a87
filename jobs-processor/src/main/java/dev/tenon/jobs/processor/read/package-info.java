/** From elements and annotation mirrors to the model. Nothing here reports. */
@NullMarked
package dev.tenon.jobs.processor.read;

import org.jspecify.annotations.NullMarked;
