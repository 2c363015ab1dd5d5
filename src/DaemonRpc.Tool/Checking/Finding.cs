namespace DaemonRpc.Tool.Checking;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>All is well.</summary>
    Fine,

    /// <summary>Nothing is broken, but something may break, or end daemons, that need not.</summary>
    Warning,

    /// <summary>Daemons cannot be started or reached.</summary>
    Problem,
}

/// <summary>What a check has found.</summary>
/// <param name="Check">The check's name, for scripts.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was found, as a sentence.</param>
/// <param name="Mend">What to do about it, as a sentence; empty if nothing.</param>
internal sealed record Finding(string Check, Severity Severity, string What, string Mend = "")
{
    public static Finding Fine(string check, string what) => new(check, Severity.Fine, what);

    public static Finding Warning(string check, string what, string mend) => new(check, Severity.Warning, what, mend);

    public static Finding Problem(string check, string what, string mend) => new(check, Severity.Problem, what, mend);

    /// <summary>The severity as a word.</summary>
    public string Word => Severity switch { Severity.Fine => "ok", Severity.Warning => "warning", _ => "problem" };
}
