/** The common parts of the enums of all modules. Not part of the API. */
package dev.tenon.jobs.internal.codes;
