@dev.tenon.jobs.annotation.JobModule("ShopJobs")
package shop;
