import { useHashLocation } from "wouter/use-hash-location";

/** The page's path, which is in the fragment; what stands after a `?` there is for the page itself. */
export const useFragment: typeof useHashLocation & { hrefs: (path: string) => string } =
  Object.assign(
    (): ReturnType<typeof useHashLocation> => {
      const [location, navigate] = useHashLocation();
      return [location.split("?", 1)[0] ?? "/", navigate];
    },
    { hrefs: (path: string) => `#${path}` },
  );
