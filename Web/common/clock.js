let offset = 0;

/** The school's clock is so many minutes ahead of UTC, whatever zone the box is in. */
export function keepTimeOf(view) {
  offset = view.utc_offset_minutes;
}

export const timeOfDay = (milliseconds) => onClockFace(milliseconds).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "UTC" });

export const dateAndTime = (milliseconds) => onClockFace(milliseconds).toLocaleString("zh-CN", { hour12: false, timeZone: "UTC" });

const onClockFace = (milliseconds) => new Date(milliseconds + offset * 60_000);
