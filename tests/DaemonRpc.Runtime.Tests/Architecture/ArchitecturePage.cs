using System.Text;

namespace DaemonRpc.Runtime.Tests.Architecture;

/// <summary>The page about the architecture, written from the sources.</summary>
internal static class ArchitecturePage
{
    public static string Write()
    {
        StringBuilder page = new("""
            # Architecture

            The runtime's folders are rooms. A file may use only the rooms before its own in the list below. `LayeringTests` checks this with
            the compiler, and writes this page: `DAEMONRPC_WRITE_PAGES=1 dotnet test --project tests/DaemonRpc.Runtime.Tests -- --filter-class '*LayeringTests'`.

            ## Where to begin reading

            - What a client's call does: `Calls/ClientConnection.cs` (find or start a daemon), `Calls/UnaryCall.cs` (one call), `Calls/RetryPolicy.cs`
              (what an answer means, and when a call is repeated).
            - What the daemon does: `Host/DaemonRun.cs` (a process becomes the daemon), `Server/DaemonServer.cs` (a request arrives), `Tasks/TaskSlot.cs`
              (one task at a time).
            - What goes over the wire: [protocol.md](protocol.md), then `Framing/FrameReader.cs` and `Protocol/`.
            - What the generator writes: the snapshots in `tests/DaemonRpc.Generators.Tests/Emission/`.

            ## Rooms


            """);
        _ = page.Append("| room | what belongs there | files |\n|---|---|---|\n");
        foreach (Room room in Rooms.All)
        {
            _ = page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{room.Name}/` | {room.Sentence} | {Sources.Runtime.Count(file => Rooms.Of(file.Path) == room)} |\n");
        }

        _ = page.Append("""

            ## Who knows whom

            An arrow means that a file of one room uses a type of the other. The page omits arrows to `Values/`, which every room uses, and arrows between rooms that are also connected through a third.

            ```mermaid
            flowchart TD

            """);
        foreach ((Room from, Room to) in Direct())
        {
            _ = page.Append(System.Globalization.CultureInfo.InvariantCulture, $"    {from.Name} --> {to.Name}\n");
        }

        return page.Append("```\n").ToString();
    }

    private static IEnumerable<(Room From, Room To)> Direct()
    {
        ILookup<Room, Room> known = Rooms.Graph.Uses
            .Where(file => Sources.Runtime.Any(source => source.Path == file.Key))
            .SelectMany(file => file.Value.Keys.Select(used => (From: Rooms.Of(file.Key), To: Rooms.Of(used))))
            .Where(arrow => arrow.From != arrow.To)
            .Distinct()
            .ToLookup(arrow => arrow.From, arrow => arrow.To);
        return
            from room in Rooms.All
            from used in known[room].OrderBy(Rooms.All.IndexOf)
            where used.Name != "Values" && !known[room].Any(between => between != used && Reaches(between, used))
            select (room, used);

        bool Reaches(Room from, Room to) => known[from].Contains(to) || known[from].Any(between => Reaches(between, to));
    }
}
