/** What the enums of all modules have in common. Not a part of the API. */
package dev.tenon.jobs.internal.codes;
