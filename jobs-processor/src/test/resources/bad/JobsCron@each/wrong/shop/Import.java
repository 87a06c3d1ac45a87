package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", cron = "")
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", cron = "  ")
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", cron = "@nightly")
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", cron = "@Daily")
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", cron = " @daily")
  record Wrong4() {}

  @JobType(value = "shop.wrong-5", cron = "* * * *")
  record Wrong5() {}

  @JobType(value = "shop.wrong-6", cron = "0 30 3 * * MON")
  record Wrong6() {}

  @JobType(value = "shop.wrong-7", cron = "0 30 3 * * MON 2026")
  record Wrong7() {}

  @JobType(value = "shop.wrong-8", cron = "30 24 * * *")
  record Wrong8() {}

  @JobType(value = "shop.wrong-9", cron = "30 3 0 * *")
  record Wrong9() {}

  @JobType(value = "shop.wrong-10", cron = "30 3 1,32 * *")
  record Wrong10() {}

  @JobType(value = "shop.wrong-11", cron = "30 3 * 13 *")
  record Wrong11() {}

  @JobType(value = "shop.wrong-12", cron = "30 3 * JAN-FEV *")
  record Wrong12() {}

  @JobType(value = "shop.wrong-13", cron = "30 3 * * 8")
  record Wrong13() {}

  @JobType(value = "shop.wrong-14", cron = "30 3 * * MON#2")
  record Wrong14() {}

  @JobType(value = "shop.wrong-15", cron = "30 3 * * FRI-MON")
  record Wrong15() {}

  @JobType(value = "shop.wrong-16", cron = "30 3 L * *")
  record Wrong16() {}

  @JobType(value = "shop.wrong-17", cron = "30 3 15W * *")
  record Wrong17() {}

  @JobType(value = "shop.wrong-18", cron = "30 3 ? * *")
  record Wrong18() {}

  @JobType(value = "shop.wrong-19", cron = "*/0 * * * *")
  record Wrong19() {}

  @JobType(value = "shop.wrong-20", cron = "0 */24 * * *")
  record Wrong20() {}

  @JobType(value = "shop.wrong-21", cron = "5-1 * * * *")
  record Wrong21() {}

  @JobType(value = "shop.wrong-22", cron = "1-5- * * * *")
  record Wrong22() {}

  @JobType(value = "shop.wrong-23", cron = "1//2 * * * *")
  record Wrong23() {}

  @JobType(value = "shop.wrong-24", cron = ",1 * * * *")
  record Wrong24() {}

  @JobType(value = "shop.wrong-25", cron = "1,,2 * * * *")
  record Wrong25() {}

  @JobType(value = "shop.wrong-26", cron = "1, * * * *")
  record Wrong26() {}

  @JobType(value = "shop.wrong-27", cron = "5|6 * * * *")
  record Wrong27() {}

  @JobType(value = "shop.wrong-28", cron = "-5 * * * *")
  record Wrong28() {}

  @JobType(value = "shop.wrong-29", cron = "99999999999 * * * *")
  record Wrong29() {}

  @JobType(value = "shop.wrong-30", cron = "1/ * * * *")
  record Wrong30() {}

  @JobType(value = "shop.wrong-31", cron = "*/x * * * *")
  record Wrong31() {}

  @JobType(value = "shop.wrong-32", cron = "30 3 * Jän *")
  record Wrong32() {}

  @JobType(value = "shop.wrong-33", cron = "0  0  30  2  *")
  record Wrong33() {}

  @JobType(value = "shop.wrong-34", cron = "0 0 31 4,JUN,9,11 *")
  record Wrong34() {}

  @JobType(value = "shop.wrong-35", cron = "0 0 30-31/1 FEB */1")
  record Wrong35() {}

  @JobType(value = "shop.right-0", cron = "* * * * *")
  record Right0() {}

  @JobType(value = "shop.right-1", cron = "59 23 31 12 7")
  record Right1() {}

  @JobType(value = "shop.right-2", cron = "0 0 29 2 *")
  record Right2() {}

  @JobType(value = "shop.right-3", cron = "0 0 30 2 MON")
  record Right3() {}

  @JobType(value = "shop.right-4", cron = "0 0 31 4-5 *")
  record Right4() {}

  @JobType(value = "shop.right-5", cron = "0 0 1,31 2 *")
  record Right5() {}

  @JobType(value = "shop.right-6", cron = "0 0 */30 2 *")
  record Right6() {}

  @JobType(value = "shop.right-7", cron = "  0\t0 1 1 0 ")
  record Right7() {}

  @JobType(value = "shop.right-8", cron = "*/59 */23 */31 */12 */7")
  record Right8() {}

  @JobType(value = "shop.right-9", cron = "0 0 * jan-MAR sat-SUN")
  record Right9() {}

  @JobType(value = "shop.right-10", cron = "05 1/2 1-9/3 * mon,WED")
  record Right10() {}

  @JobType(value = "shop.right-11", cron = "@hourly")
  record Right11() {}

  @JobType(value = "shop.right-12", cron = "@daily")
  record Right12() {}

  @JobType(value = "shop.right-13", cron = "@weekly")
  record Right13() {}

  @JobType(value = "shop.right-14", cron = "@monthly")
  record Right14() {}

  @JobType(value = "shop.right-15", cron = "@yearly")
  record Right15() {}
}
