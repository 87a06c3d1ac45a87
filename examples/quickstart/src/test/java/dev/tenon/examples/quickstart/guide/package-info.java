/** What the guide shows, and the module of all job types of these tests. */
@JobModule("TestJobs")
package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobModule;
