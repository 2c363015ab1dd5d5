using DaemonRpc.Program;

namespace DaemonRpc.Host;

/// <summary>Has a daemon leave whose program was deleted, as when a tool is uninstalled, once it is idle and nobody is connected.</summary>
/// <remarks>
/// No client can start that program again, and the assemblies that it has not loaded yet are gone. A client that is still connected, such as an
/// editor whose plug-in was updated, keeps its daemon: it could not start another one.
/// </remarks>
/// <param name="program">The daemon's program.</param>
/// <param name="isAlone">Whether no client is connected.</param>
/// <param name="tryLeave">Ends the daemon for the reason given unless a task runs.</param>
internal sealed class DeletedProgram(RunningProgram program, Func<bool> isAlone, Func<string, bool> tryLeave)
{
    /// <summary>How often in a row the program must be found deleted: 5 s, in which a build or an update that deletes first has written it again.</summary>
    public const int Looks = 10;

    private int _deleted;
    private bool _hasLeft;

    /// <summary>Looks at the disk. Called twice a second.</summary>
    public void Look()
    {
        ProgramFiles files = program.Files;
        _deleted = files.IsDeleted ? _deleted + 1 : 0;
        if (_deleted >= Looks && !_hasLeft && isAlone())
        {
            _hasLeft = tryLeave($"The daemon's program '{files.Path}' was deleted, and no client is connected.");
        }
    }
}
