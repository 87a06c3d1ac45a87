@JobModule("ShopJobs")
@NullMarked
package shop;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
