import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { profileQuery } from "../api/queries";
import { UntrustedText } from "../components/UntrustedText";
import { Toasts } from "../components/Toasts";
import { StalledNotice } from "../routes/StalledPartitions";
import { SignOut } from "../sessions/SignOut";
import { StatusBar } from "./StatusBar";
import { ThemeSwitch } from "./ThemeSwitch";
import { statusQuery } from "./status";

/** The frame of every page: navigation, the signed-in user and the system status. */
export function Layout() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  const { data: status } = useQuery(statusQuery);
  const rejected = status?.rejectedRouteFiles ?? 0;
  const stalled = status?.stalledPartitions ?? [];
  const problems = [
    rejected > 0 && (rejected === 1 ? "1 rejected file" : `${rejected} rejected files`),
    stalled.length > 0 && (stalled.length === 1 ? "1 stalled partition" : `${stalled.length} stalled partitions`),
  ].filter((problem) => problem !== false);
  return (
    <Toasts>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="frame">
        <header className="top">
          <Link to="/" className="brand">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            <span>Tidewatch</span>
          </Link>
          <StatusBar status={status} />
          <div className="account">
            <Link to="/sessions" className="user" title={profile.username}>
              <UntrustedText>{profile.username}</UntrustedText>
            </Link>
            <SignOut />
            <ThemeSwitch />
          </div>
        </header>
        <nav className="nav" aria-label="Pages">
          <Link to="/live">Live</Link>
          <Link to="/charts">Charts</Link>
          <Link to="/routes">
            Routes
            {problems.length > 0 && (
              <span className="count" title={problems.join(", ")}>
                <span aria-hidden="true">{rejected + stalled.length}</span>
                <span className="visually-hidden">{`, ${problems.join(", ")}`}</span>
              </span>
            )}
          </Link>
          <Link to="/dead-letters">Dead letters</Link>
          <Link to="/sessions">Sessions</Link>
        </nav>
        <div className="content">
          <StalledNotice partitions={stalled} />
          <Outlet />
        </div>
      </div>
    </Toasts>
  );
}
