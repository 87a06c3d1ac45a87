/** Job types and handlers of an application that the tests start. */
@JobModule("ShopJobs")
package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.annotation.JobModule;
