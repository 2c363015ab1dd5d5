using CodeSearch.Platform;

namespace WarmRoslyn.Commands;

/// <summary>Finds the solution that a command is about.</summary>
internal static class SolutionFile
{
    private static readonly string[] s_solutions = ["*.slnx", "*.sln"];
    private static readonly string[] s_projects = ["*.csproj"];

    /// <summary>The one true path of the solution, which is the instance of its daemon: two spellings must find one daemon.</summary>
    /// <param name="given">A solution, a project, or a folder with one; null for the nearest above the current folder.</param>
    public static string Resolve(string? given)
    {
        string path = given is null ? Nearest() : Directory.Exists(given) ? In(given) ?? throw new CommandException($"{given} has no solution and no project.") : given;
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException e)
        {
            throw new CommandException($"{path}: {e.Message}");
        }
    }

    private static string Nearest()
    {
        for (string? folder = Environment.CurrentDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (In(folder) is { } path)
            {
                return path;
            }
        }

        throw new CommandException("Neither this folder nor one above it has a solution or a project. Name one with --solution.");
    }

    private static string? In(string folder)
    {
        foreach (string[] patterns in new[] { s_solutions, s_projects })
        {
            string[] found = [.. patterns.SelectMany(pattern => Directory.GetFiles(folder, pattern)).Order(StringComparer.Ordinal)];
            if (found.Length > 1)
            {
                throw new CommandException($"{folder} has several: {string.Join(", ", found.Select(Path.GetFileName))}. Name one with --solution.");
            }

            if (found.Length == 1)
            {
                return found[0];
            }
        }

        return null;
    }
}
