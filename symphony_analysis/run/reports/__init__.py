"""From executed notebooks to reports in their place: workspace, build process, one exchange of folders."""
