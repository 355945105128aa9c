/* Border Watch: the timer. It counts by the computer's clock, so a reload or a sleeping tab loses
   nothing. It says in words when five minutes and one minute are left; it makes no sound. */

const bookkitSimClock = (() => {
  const MARKS = [[300, "5 minutes left."], [60, "1 minute left."], [0, "Time is up."]];

  /** Seconds left, not below 0. */
  const left = ({ left: seconds, since }, now = Date.now()) =>
    Math.max(0, since === null ? seconds : seconds - (now - since) / 1000);

  const set = (timer, minutes) => Object.assign(timer, { left: 60 * minutes, since: null });

  const running = (timer) => timer.since !== null;

  function start(timer) {
    if (timer.left > 0) timer.since ??= Date.now();
  }

  function stop(timer) {
    Object.assign(timer, { left: left(timer), since: null });
  }

  function add(timer, minutes) {
    const now = left(timer);
    const on = running(timer);
    Object.assign(timer, { left: Math.min(36_000, now + 60 * minutes), since: on ? Date.now() : null });
  }

  /** '7:05' for 425 seconds; a second that has begun counts. */
  function face(seconds) {
    const whole = Math.ceil(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  /** What to say when the time left went from one number of seconds to another. */
  const notice = (before, now) =>
    MARKS.findLast(([mark]) => before > mark && now <= mark)?.[1] ?? "";

  return { left, set, start, stop, add, face, notice, running };
})();
