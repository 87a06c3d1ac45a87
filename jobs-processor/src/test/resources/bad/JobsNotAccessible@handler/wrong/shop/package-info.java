@JobModule("ShopJobs")
package shop;

import dev.tenon.jobs.annotation.JobModule;
