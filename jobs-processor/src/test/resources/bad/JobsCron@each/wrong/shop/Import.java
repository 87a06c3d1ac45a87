package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", schedules = @Schedule(cron = ""))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", schedules = @Schedule(cron = "  "))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", schedules = @Schedule(cron = "@nightly"))
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", schedules = @Schedule(cron = "@Daily"))
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", schedules = @Schedule(cron = " @daily"))
  record Wrong4() {}

  @JobType(value = "shop.wrong-5", schedules = @Schedule(cron = "* * * *"))
  record Wrong5() {}

  @JobType(value = "shop.wrong-6", schedules = @Schedule(cron = "0 30 3 * * 2026"))
  record Wrong6() {}

  @JobType(value = "shop.wrong-7", schedules = @Schedule(cron = "0 30 3 * * MON 2026"))
  record Wrong7() {}

  @JobType(value = "shop.wrong-8", schedules = @Schedule(cron = "30 24 * * *"))
  record Wrong8() {}

  @JobType(value = "shop.wrong-9", schedules = @Schedule(cron = "30 3 0 * *"))
  record Wrong9() {}

  @JobType(value = "shop.wrong-10", schedules = @Schedule(cron = "30 3 1,32 * *"))
  record Wrong10() {}

  @JobType(value = "shop.wrong-11", schedules = @Schedule(cron = "30 3 * 13 *"))
  record Wrong11() {}

  @JobType(value = "shop.wrong-12", schedules = @Schedule(cron = "30 3 * JAN-FEV *"))
  record Wrong12() {}

  @JobType(value = "shop.wrong-13", schedules = @Schedule(cron = "30 3 * * 8"))
  record Wrong13() {}

  @JobType(value = "shop.wrong-14", schedules = @Schedule(cron = "30 3 * * MON#2"))
  record Wrong14() {}

  @JobType(value = "shop.wrong-15", schedules = @Schedule(cron = "30 3 * * FRI-MON"))
  record Wrong15() {}

  @JobType(value = "shop.wrong-16", schedules = @Schedule(cron = "30 3 L * *"))
  record Wrong16() {}

  @JobType(value = "shop.wrong-17", schedules = @Schedule(cron = "30 3 15W * *"))
  record Wrong17() {}

  @JobType(value = "shop.wrong-18", schedules = @Schedule(cron = "30 3 ? * *"))
  record Wrong18() {}

  @JobType(value = "shop.wrong-19", schedules = @Schedule(cron = "*/0 * * * *"))
  record Wrong19() {}

  @JobType(value = "shop.wrong-20", schedules = @Schedule(cron = "0 */24 * * *"))
  record Wrong20() {}

  @JobType(value = "shop.wrong-21", schedules = @Schedule(cron = "5-1 * * * *"))
  record Wrong21() {}

  @JobType(value = "shop.wrong-22", schedules = @Schedule(cron = "1-5- * * * *"))
  record Wrong22() {}

  @JobType(value = "shop.wrong-23", schedules = @Schedule(cron = "1//2 * * * *"))
  record Wrong23() {}

  @JobType(value = "shop.wrong-24", schedules = @Schedule(cron = ",1 * * * *"))
  record Wrong24() {}

  @JobType(value = "shop.wrong-25", schedules = @Schedule(cron = "1,,2 * * * *"))
  record Wrong25() {}

  @JobType(value = "shop.wrong-26", schedules = @Schedule(cron = "1, * * * *"))
  record Wrong26() {}

  @JobType(value = "shop.wrong-27", schedules = @Schedule(cron = "5|6 * * * *"))
  record Wrong27() {}

  @JobType(value = "shop.wrong-28", schedules = @Schedule(cron = "-5 * * * *"))
  record Wrong28() {}

  @JobType(value = "shop.wrong-29", schedules = @Schedule(cron = "99999999999 * * * *"))
  record Wrong29() {}

  @JobType(value = "shop.wrong-30", schedules = @Schedule(cron = "1/ * * * *"))
  record Wrong30() {}

  @JobType(value = "shop.wrong-31", schedules = @Schedule(cron = "*/x * * * *"))
  record Wrong31() {}

  @JobType(value = "shop.wrong-32", schedules = @Schedule(cron = "30 3 * Jän *"))
  record Wrong32() {}

  @JobType(value = "shop.wrong-33", schedules = @Schedule(cron = "0  0  30  2  *"))
  record Wrong33() {}

  @JobType(value = "shop.wrong-34", schedules = @Schedule(cron = "0 0 31 4,JUN,9,11 *"))
  record Wrong34() {}

  @JobType(value = "shop.wrong-35", schedules = @Schedule(cron = "0 0 30-31/1 FEB */1"))
  record Wrong35() {}

  @JobType(value = "shop.wrong-36", schedules = @Schedule(cron = "60 30 3 * * MON"))
  record Wrong36() {}

  @JobType(value = "shop.right-16", schedules = @Schedule(cron = "*/15 30 3 * * MON"))
  record Right16() {}

  @JobType(value = "shop.right-0", schedules = @Schedule(cron = "* * * * *"))
  record Right0() {}

  @JobType(value = "shop.right-1", schedules = @Schedule(cron = "59 23 31 12 7"))
  record Right1() {}

  @JobType(value = "shop.right-2", schedules = @Schedule(cron = "0 0 29 2 *"))
  record Right2() {}

  @JobType(value = "shop.right-3", schedules = @Schedule(cron = "0 0 30 2 MON"))
  record Right3() {}

  @JobType(value = "shop.right-4", schedules = @Schedule(cron = "0 0 31 4-5 *"))
  record Right4() {}

  @JobType(value = "shop.right-5", schedules = @Schedule(cron = "0 0 1,31 2 *"))
  record Right5() {}

  @JobType(value = "shop.right-6", schedules = @Schedule(cron = "0 0 */30 2 *"))
  record Right6() {}

  @JobType(value = "shop.right-7", schedules = @Schedule(cron = "  0\t0 1 1 0 "))
  record Right7() {}

  @JobType(value = "shop.right-8", schedules = @Schedule(cron = "*/59 */23 */31 */12 */7"))
  record Right8() {}

  @JobType(value = "shop.right-9", schedules = @Schedule(cron = "0 0 * jan-MAR sat-SUN"))
  record Right9() {}

  @JobType(value = "shop.right-10", schedules = @Schedule(cron = "05 1/2 1-9/3 * mon,WED"))
  record Right10() {}

  @JobType(value = "shop.right-11", schedules = @Schedule(cron = "@hourly"))
  record Right11() {}

  @JobType(value = "shop.right-12", schedules = @Schedule(cron = "@daily"))
  record Right12() {}

  @JobType(value = "shop.right-13", schedules = @Schedule(cron = "@weekly"))
  record Right13() {}

  @JobType(value = "shop.right-14", schedules = @Schedule(cron = "@monthly"))
  record Right14() {}

  @JobType(value = "shop.right-15", schedules = @Schedule(cron = "@yearly"))
  record Right15() {}
}
