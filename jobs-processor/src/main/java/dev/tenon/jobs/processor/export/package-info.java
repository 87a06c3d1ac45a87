/**
 * From the model to documents for people and programs that do not compile against the Java code:
 * JSON Schemas, AsyncAPI, metadata of native images. Nothing here reports.
 */
@NullMarked
package dev.tenon.jobs.processor.export;

import org.jspecify.annotations.NullMarked;
