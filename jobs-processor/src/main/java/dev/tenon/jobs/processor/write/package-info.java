/** From the model to Java sources, one class an output. Nothing here reports. */
@NullMarked
package dev.tenon.jobs.processor.write;

import org.jspecify.annotations.NullMarked;
