/** A small shop, whose orders are confirmed by jobs. */
@JobModule("ShopJobs")
package dev.tenon.examples.springboot;

import dev.tenon.jobs.annotation.JobModule;
